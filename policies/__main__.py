"""The rules as a Pulumi policy pack: `pulumi preview --policy-pack policies`."""

import sys
from concurrent import futures
from pathlib import Path

# Pulumi runs a pack from its own folder, where neither `policies` nor `components` can be imported.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import grpc
from pulumi.runtime.proto import analyzer_pb2_grpc

from policies.service import Analyzer

UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
"""A whole stack travels in one message."""

if __name__ == "__main__":
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=UNLIMITED)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Analyzer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    # The engine reads the port from the first line, and speaks to the pack until it ends it.
    print(port, flush=True)
    server.wait_for_termination()
