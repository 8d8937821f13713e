// A WebSocket over HTTP/2 (RFC 8441) between node's own server and client, for test_http2.py.
//
// usage: websocket_peer.mjs server PORT    serves until it is ended
//        websocket_peer.mjs client URL     makes the talks of ENDS, and prints how many of each
import http2 from "node:http2";

// How a talk ends: the path says it.
const ENDS = { "/1000": 5, "/1011": 4, "/none": 3, "/cancel": 2, "/refused": 2 };
const CONNECT = { ":method": "CONNECT", ":protocol": "websocket" };

function frame(opcode, payload, mask) {
	const head = Buffer.from([0x80 | opcode, (mask ? 0x80 : 0) | payload.length]);
	const key = Buffer.from([1, 2, 3, 4]);
	return mask ? Buffer.concat([head, key, payload.map((b, i) => b ^ key[i % 4])]) : Buffer.concat([head, payload]);
}

function close(code, mask) {
	const payload = Buffer.alloc(2);
	payload.writeUInt16BE(code);
	return frame(8, payload, mask);
}

function answer(stream, headers) {
	const path = headers[":path"];
	stream.on("error", () => {});
	if (headers[":protocol"] !== "websocket" || path === "/refused") {
		stream.respond({ ":status": 403 }, { endStream: true });
		return;
	}
	stream.respond({ ":status": 200 });
	stream.once("data", () => {
		stream.write(frame(2, Buffer.alloc(100)));
		if (path === "/none")
			stream.end();
		else if (path === "/1011")
			stream.end(close(1011));
		stream.resume();
	});
	stream.on("end", () => path === "/cancel" || stream.writableEnded || stream.end(close(1000)));
}

function talk(session, path) {
	return new Promise((resolve) => {
		const stream = session.request({ ...CONNECT, ":path": path }, { endStream: false });
		stream.on("error", () => {});
		stream.on("close", resolve);
		stream.on("response", (headers) => {
			if (headers[":status"] !== 200)
				return;
			stream.write(frame(1, Buffer.from("hello"), true));
		});
		stream.on("data", () => {
			if (path === "/1000")
				stream.end(close(1000, true));
			else if (path === "/cancel")
				stream.close(http2.constants.NGHTTP2_CANCEL);
		});
		stream.on("end", () => stream.end());
	});
}

const [role, where] = process.argv.slice(2);
if (role === "server") {
	const server = http2.createServer({ settings: { enableConnectProtocol: true } });
	server.on("stream", answer);
	server.listen(Number(where));
} else {
	const session = http2.connect(where);
	session.on("remoteSettings", async () => {
		for (const [path, times] of Object.entries(ENDS))
			for (let i = 0; i < times; i++)
				await talk(session, path);
		console.log(JSON.stringify(ENDS));
		session.close();
	});
}
