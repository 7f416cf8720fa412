// Drive the conformance server with the official TypeScript SDK and print what came back as one JSON object.
//
// usage: everything.mjs FOLDER v1|legacy|modern stdio COMMAND [ARG ...]
//        everything.mjs FOLDER v1|legacy|modern http URL
//
// FOLDER is where the packages are installed. `v1` is the package of version 1, the others are its successor.

import { createRequire } from "node:module";
import process from "node:process";

const WATCHED = "test://watched-resource";
const [folder, era, transport, ...target] = process.argv.slice(2);
const load = createRequire(`${folder}/`);

const seen = { elicited: [], sampled: [], progress: [], logs: [] };
let updated;
const update = new Promise((resolve) => (updated = resolve));

const requests = {
  "elicitation/create": ({ params }) => {
    seen.elicited.push([params.message, params.requestedSchema.required.toSorted()]);
    return { action: "accept", content: { username: "ada", email: "ada@example.com" } };
  },
  "sampling/createMessage": ({ params }) => {
    const { content } = params.messages[0];
    seen.sampled.push([content].flat()[0].text);
    return { role: "assistant", content: { type: "text", text: "Paris" }, model: "none", stopReason: "endTurn" };
  },
  "roots/list": () => ({ roots: [{ uri: "file:///workspace", name: "workspace" }] }),
};
const notifications = {
  // Instead of the SDK's own handler, which is deferred: a result that comes in the same read ends it first.
  "notifications/progress": ({ params: { progress, total } }) => seen.progress.push([progress, total]),
  "notifications/message": ({ params }) => seen.logs.push(params.level),
  "notifications/resources/updated": ({ params }) => updated(params.uri),
};
const info = { name: "everything", version: "0" };
const capabilities = { elicitation: {}, sampling: {}, roots: {} };

// Version 1 takes a schema where its successor takes a method.
function version1() {
  const { Client } = load("@modelcontextprotocol/sdk/client/index.js");
  const { StdioClientTransport } = load("@modelcontextprotocol/sdk/client/stdio.js");
  const { StreamableHTTPClientTransport } = load("@modelcontextprotocol/sdk/client/streamableHttp.js");
  const types = load("@modelcontextprotocol/sdk/types.js");
  const schemas = {
    "elicitation/create": types.ElicitRequestSchema,
    "sampling/createMessage": types.CreateMessageRequestSchema,
    "roots/list": types.ListRootsRequestSchema,
    "notifications/progress": types.ProgressNotificationSchema,
    "notifications/message": types.LoggingMessageNotificationSchema,
    "notifications/resources/updated": types.ResourceUpdatedNotificationSchema,
  };
  let version;
  return {
    client: new Client(info, { capabilities }),
    StdioClientTransport,
    StreamableHTTPClientTransport,
    name: (method) => schemas[method],
    call: (client, params, options) => client.callTool(params, undefined, options),
    // It keeps the version to itself, but tells it to the transport.
    observe: (connection) => {
      const tell = connection.setProtocolVersion?.bind(connection);
      connection.setProtocolVersion = (agreed) => {
        version = agreed;
        tell?.(agreed);
      };
    },
    version: () => version,
  };
}

function version2() {
  const { Client, StreamableHTTPClientTransport } = load("@modelcontextprotocol/client");
  const { StdioClientTransport } = load("@modelcontextprotocol/client/stdio");
  const mode = era === "modern" ? { pin: "2026-07-28" } : "legacy";
  return {
    client: new Client(info, { capabilities, versionNegotiation: { mode } }),
    StdioClientTransport,
    StreamableHTTPClientTransport,
    name: (method) => method,
    call: (client, params, options) => client.callTool(params, options),
    observe: () => {},
    version: () => sdk.client.getNegotiatedProtocolVersion(),
  };
}

const sdk = era === "v1" ? version1() : version2();
const { client } = sdk;

async function call(name, values, options, meta) {
  const { content } = await sdk.call(client, { name, arguments: values, _meta: meta }, options);
  return content.find(({ type }) => type === "text")?.text;
}

async function tools() {
  const names = [];
  let cursor;
  do {
    const page = await client.listTools({ cursor });
    names.push(...page.tools.map(({ name }) => name));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return names;
}

async function logs() {
  const modern = era === "modern";
  if (!modern) await client.setLoggingLevel("info");
  await call("test_tool_with_logging", {}, {}, modern ? { "io.modelcontextprotocol/logLevel": "info" } : undefined);
}

async function watch() {
  const modern = era === "modern";
  const subscription = modern ? await client.listen({ resourceSubscriptions: [WATCHED] }) : undefined;
  if (!modern) await client.subscribeResource({ uri: WATCHED });
  await call("test_update_watched_resource", {});
  const uri = await update;
  await (modern ? subscription.close() : client.unsubscribeResource({ uri: WATCHED }));
  return uri;
}

// Cancels once a later call was answered; whether that ended the slow one.
async function cancel() {
  const abort = new AbortController();
  const slow = call("slow", { ms: 30000 }, { signal: abort.signal }).then(
    () => false,
    () => abort.signal.aborted,
  );
  await call("echo", { text: "meanwhile" });
  abort.abort("not needed any more");
  return slow;
}

function connection() {
  const [command, ...args] = target;
  if (transport === "stdio") return new sdk.StdioClientTransport({ command, args, env: process.env });
  return new sdk.StreamableHTTPClientTransport(new URL(target[0]));
}

for (const [method, answer] of Object.entries(requests)) {
  client.setRequestHandler(sdk.name(method), async (request) => answer(request));
}
for (const [method, note] of Object.entries(notifications)) {
  client.setNotificationHandler(sdk.name(method), (notification) => void note(notification));
}
const connected = connection();
sdk.observe(connected);
await client.connect(connected);
// Asking for it makes the SDK send a token.
await call("test_tool_with_progress", {}, { onprogress: () => {} });
await logs();
const [{ uri, text }] = (await client.readResource({ uri: "test://static-text" })).contents;
const report = {
  protocol_version: sdk.version(),
  tools: await tools(),
  echo: await call("echo", { text: "first" }),
  resource: { uri, text },
  updated: await watch(),
  elicitation: { text: await call("test_elicitation", { message: "Who are you?" }), asked: seen.elicited },
  sampling: {
    text: await call("test_sampling", { prompt: "What is the capital of France?" }),
    asked: seen.sampled,
  },
  roots: await call("test_roots", {}),
  progress: seen.progress,
  logs: seen.logs,
  cancelled: await cancel(),
  after: await call("echo", { text: "after" }),
};
await client.close();
console.log(JSON.stringify(report));
