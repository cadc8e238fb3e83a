from rehearsal.replay.__main__ import arguments, main, prepared


def test_a_model_nobody_plans_is_refused(capsys):
    assert main(["prod", "--model", "nobody"]) == 1
    assert "nobody" in capsys.readouterr().err


def test_a_trace_that_is_none_is_refused_by_name(tmp_path, capsys):
    missing, foreign = tmp_path / "missing.csv", tmp_path / "foreign.csv"
    foreign.write_text("time;in;out\n")
    assert [main(["prod", "--trace", str(one)]) for one in (missing, foreign)] == [1, 1]
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith(f"{missing} cannot be replayed: ")
    assert told[1].startswith(f"{foreign} cannot be replayed: the first line is neither")


def test_a_trace_is_brought_to_the_model_s_lengths_and_peak(model, tmp_path):
    trace = tmp_path / "trace.csv"
    rows = (f"2023-11-16 18:{place // 60:02}:{place % 60:02}.0000000,100,20" for place in range(1200))
    trace.write_text("\n".join(["TIMESTAMP,ContextTokens,GeneratedTokens", *rows]))
    found = prepared(model, arguments(["prod", "--trace", str(trace), "--peak", "2"]))
    assert abs(len(found) - 2400) <= 2
    assert {one.input_tokens for one in found} == {model.demand.input_tokens}
    assert {one.output_tokens for one in found} == {model.demand.output_tokens}
