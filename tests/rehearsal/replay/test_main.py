from rehearsal.replay.__main__ import arguments, main, prepared


def test_a_model_nobody_plans_is_refused(capsys):
    assert main(["prod", "--model", "nobody"]) == 1
    assert "nobody" in capsys.readouterr().err


def test_a_trace_is_brought_to_the_model_s_lengths_and_peak(model, tmp_path):
    trace = tmp_path / "trace.csv"
    rows = (f"2023-11-16 18:{place // 60:02}:{place % 60:02}.0000000,100,20" for place in range(1200))
    trace.write_text("\n".join(["TIMESTAMP,ContextTokens,GeneratedTokens", *rows]))
    found = prepared(model, arguments(["prod", "--trace", str(trace), "--peak", "2"]))
    assert abs(len(found) - 2400) <= 2
    assert {one.input_tokens for one in found} == {model.demand.input_tokens}
    assert {one.output_tokens for one in found} == {model.demand.output_tokens}
