# requires: grpcio
# needs: dev
# notes: needs /dev/urandom, which containers have
from concurrent import futures

import grpc

handler = grpc.method_handlers_generic_handler("test.Echo", {
    "Upper": grpc.unary_unary_rpc_method_handler(lambda request, context: request.upper()),
    "Count": grpc.unary_stream_rpc_method_handler(lambda request, context: (bytes([n]) for n in range(request[0])))})
server = grpc.server(futures.ThreadPoolExecutor(4), handlers=[handler])
port = server.add_insecure_port("127.0.0.1:0")
server.start()
with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
    call = channel.unary_unary("/test.Echo/Upper")
    assert [call(b"word%d" % n, timeout=30) for n in range(50)] == [b"WORD%d" % n for n in range(50)]
    assert len(list(channel.unary_stream("/test.Echo/Count")(bytes([9]), timeout=30))) == 9
server.stop(None).wait()
print("50 calls and a stream to its own server")
