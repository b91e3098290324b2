// A web server with logins: POST /login?user=, GET /me, POST /theme?is=, POST /logout, POST /logout-everywhere.

import { createServer } from "node:http";
import { Sessions } from "./sessions.mjs";

export async function serve(redisUrl, lifetimeMs) {
  const sessions = await Sessions.open(redisUrl, lifetimeMs);
  const server = createServer((request, response) => {
    answer(sessions, request).then(
      ([status, body]) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const close = () => {
    server.closeAllConnections();
    server.close();
    sessions.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, sessions, close };
}

async function answer(sessions, request) {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (pathname === "/login") return [200, { id: await sessions.begin(searchParams.get("user")) }];
  const id = request.headers.authorization;
  const session = id ? await sessions.read(id) : null;
  if (!session) return [401, { error: "log in first" }];
  switch (pathname) {
    case "/me":
      return [200, { user: session.user, theme: session.theme ?? "light" }];
    case "/theme":
      await sessions.write(id, "theme", searchParams.get("is"));
      return [200, {}];
    case "/visit":
      return [200, { visits: await sessions.visit(id) }];
    case "/logout":
      await sessions.end(id, session.user);
      return [200, {}];
    case "/logout-everywhere":
      return [200, { ended: await sessions.endAll(session.user) }];
    default:
      return [404, { error: "no such page" }];
  }
}
