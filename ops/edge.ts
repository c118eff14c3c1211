import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import { admit } from '../api/admission.ts';
import type { Access } from '../api/auth/access.ts';
import { openAccess } from '../api/auth/access.ts';
import { openPasswords } from '../api/auth/passwords.ts';
import { openTokens } from '../api/auth/tokens.ts';
import { createContext } from '../api/context.ts';
import type { ApiDependencies } from '../api/dependencies.ts';
import { publicErrors } from '../api/errors.ts';
import { buildSchema } from '../api/graphql/schema.ts';
import type { PagesDependencies } from '../api/http/pages.ts';
import { gatewayLimits, knownPeopleLimits, limits, socketLimits } from '../api/limits.ts';
import { openCompiledDocuments, openExecutor } from '../api/live/compiled.ts';
import type { SocketDependencies } from '../api/live/connection.ts';
import { openSeats } from '../api/live/connection.ts';
import type { LiveCounts } from '../api/live/counts.ts';
import { openLiveCounts } from '../api/live/counts.ts';
import { openDocuments } from '../api/live/documents.ts';
import type { Gateway } from '../api/live/gateway.ts';
import { openGateway } from '../api/live/gateway.ts';
import { liveContext, openKnownPeople } from '../api/live/known-people.ts';
import type { Operations } from '../api/live/operations.ts';
import { openOperations } from '../api/live/operations.ts';
import { openShapes } from '../api/live/shapes.ts';
import { openSocketServer } from '../api/live/socket.ts';
import { openTyping } from '../api/live/typing.ts';
import { buildServer } from '../api/server.ts';
import { tellingExecutions } from '../api/tell-operations.ts';
import { tracingExecutions } from '../api/trace-operations.ts';
import type { Commands } from '../commands/commands.ts';
import type { UserId } from '../domain/ids.ts';
import { searchProjections } from '../projections/all.ts';
import type { Clock } from '../projections/clock.ts';
import type { ReadProgress } from '../projections/progress.ts';
import type { Config } from './config/config.ts';
import { listenOr } from './listen.ts';
import type { Machines } from './machines.ts';
import type { Log } from './observe/log.ts';
import type { Tracing } from './observe/port.ts';
import { frameSpans } from './observe/traces/traced.ts';
import { openCursors } from './vault/cursors.ts';
import type { Watching } from './watching.ts';
import { wireLiveReads } from './wiring.ts';

export type EdgeStats = { readonly sockets: number } & ReturnType<Gateway['stats']>;

/** The API on a port: HTTP, the socket, and the gateway behind it. */
export type Edge = {
  readonly port: number;
  stats(): EdgeStats;
  readonly counts: LiveCounts;
  [Symbol.asyncDispose](): Promise<void>;
};

const drainMs = 1_000;
const requestMsMax = 3_000; // once the server closes

export async function openEdge(dependencies: {
  readonly config: Config;
  readonly machines: Machines;
  readonly commands: Commands;
  readonly progress: ReadProgress;
  readonly log: Log;
  readonly pages: PagesDependencies;
  readonly watching: Watching | null;
  readonly tracing: Tracing | null;
}): Promise<Edge> {
  const { config, machines, commands, pages, watching } = dependencies;
  const open = await wireAccess(config, machines, commands);
  const access = watching?.access(open) ?? open;
  const wired = await wireApi({ ...dependencies, access, tell: watching?.tell });
  void prepareIndexes(machines.search);
  const server = await buildServer(wired.api, pages, {
    ...{ schema: wired.schema, trustedProxies: config.trustedProxies },
  });
  const sockets = openSocketServer(wired.socket, wired.operations);
  sockets.attach(server.server, '/graphql');
  const { host } = config;
  const options = { host: 'PARLEY_HOST', port: 'PARLEY_PORT' } as const;
  await listenOr(server, { host, port: config.port, options });
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    stats: () => ({ sockets: sockets.connections(), ...wired.gateway.stats() }),
    counts: wired.socket.counts,
    [Symbol.asyncDispose]: async () => {
      await sockets.drain(drainMs);
      await wired.gateway[Symbol.asyncDispose]();
      await closeServer(server, machines.clock);
    },
  };
}

/** Whoever searches before the indexer ran finds nothing; an engine that is away is met later. */
async function prepareIndexes(search: Machines['search']): Promise<void> {
  const prepared = searchProjections.map(({ index, version }) => search.prepare(index, version));
  await Promise.allSettled(prepared);
}

/** The API as far as it knows of no port: whoever brings requests and sockets may use it. */
export type WiredApi = {
  readonly schema: GraphQLSchema;
  readonly api: ApiDependencies;
  readonly gateway: Gateway;
  readonly operations: Operations;
  readonly socket: SocketDependencies;
  /** A query or mutation, as it is executed for a viewer whatever way it came. */
  readonly execute: (args: ExecutionArgs, viewer: UserId | null) => Promise<ExecutionResult>;
};

export async function wireApi(dependencies: {
  readonly config: Pick<Config, 'costPerMinute' | 'framesPerSecond' | 'origins'>;
  readonly machines: Machines;
  readonly commands: Commands;
  readonly progress: ReadProgress;
  readonly access: Access;
  readonly log: Log;
  readonly tell?: ApiDependencies['tell'];
  readonly tracing?: Tracing | null;
}): Promise<WiredApi> {
  const { config, machines, commands, progress, access, log, tell, tracing } = dependencies;
  const { promptTables: tables, cache, search, analytics, clock, now, newId } = machines;
  const schema = buildSchema();
  const reads = wireLiveReads(machines, progress);
  const typing = openTyping({ cache, reads, now });
  const { costPerMinute, framesPerSecond, origins } = config;
  const api: ApiDependencies = {
    ...{ commands, tables, progress, cache, search, analytics, access, typing, now, newId },
    ...{ log, costPerMinute, tell, cursors: openCursors(machines.vault) },
    ...(tracing && { tracing }),
  };
  const counts = openLiveCounts();
  const people = openKnownPeople({ read: reads.people, now, ...knownPeopleLimits });
  const compiled = openCompiledDocuments(schema);
  const gateway = await openGateway({
    ...{ id: newId(), cache, opener: machines.opener, reads, now, clock, log },
    ...{ limits: gatewayLimits, people, counts },
    beginFrame: tracing ? frameSpans({ tracing, now }) : undefined,
    shapes: openShapes(compiled),
    contextFor: (viewer) => liveContext(createContext(api, viewer), people),
  });
  const untraced = executeOn(api, openExecutor(compiled));
  const untold = tracing ? tracingExecutions(untraced, tracing) : untraced;
  const execute = tell ? tellingExecutions(untold, { tell, now: clock.now }) : untold;
  const operations = openOperations({
    ...{
      schema,
      now,
      subscriptionsPerSocketMax: limits.subscriptionsPerSocketMax,
      open: gateway.open,
    },
    documents: openDocuments({
      ...{ schema, rules: [], tokensMax: limits.tokensMax },
      documentsKeptMax: limits.documentsKeptMax,
      documentBytesMax: limits.documentBytesMax,
    }),
    execute,
  });
  const socket: SocketDependencies = {
    limits: { ...socketLimits, framesPerSecond, framesBurst: 2 * framesPerSecond },
    counts,
    ...{ now, clock, log, seats: openSeats(socketLimits.socketsPerPersonMax) },
    authenticate: async (authorization) => {
      const viewer = await access.authenticate(authorization.replace(/^Bearer /i, ''));
      return viewer ? { kind: 'viewer', ...viewer } : { kind: 'unusable' };
    },
    originAllowed: (origin, host) =>
      origins.includes(origin) || origin.replace(/^https?:\/\//, '') === host,
  };
  return { schema, api, gateway, operations, socket, execute };
}

function executeOn(
  api: ApiDependencies,
  execute: ReturnType<typeof openExecutor>,
): WiredApi['execute'] {
  return async (args, viewer) => {
    const contextValue = createContext(api, viewer);
    await admit(contextValue, args.document, { ...args.variableValues });
    const result = await execute({ ...args, contextValue });
    const errors = result.errors && publicErrors(result.errors, api.log);
    return { ...result, ...(errors && { errors }) };
  };
}

/** Requests under way are answered; a connection on which one never ends is cut. */
async function closeServer(server: FastifyInstance, clock: Clock): Promise<void> {
  const callOff = clock.setTimer(requestMsMax, () => server.server.closeAllConnections());
  await server.close();
  callOff();
}

async function wireAccess(
  config: Config,
  { promptTables: tables, cache, rootKey, now, newId }: Machines,
  commands: Commands,
): Promise<Access> {
  const { accessTokenMs } = config;
  const tokens = await openTokens({ tables, rootKey, accessTokenMs, now });
  return openAccess({ tables, cache, commands, passwords: openPasswords(), tokens, newId });
}
