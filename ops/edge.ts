import type { AddressInfo } from 'node:net';
import { execute } from 'graphql';
import { admit } from '../api/admission.ts';
import type { Access } from '../api/auth/access.ts';
import { openAccess } from '../api/auth/access.ts';
import { openPasswords } from '../api/auth/passwords.ts';
import { openTokens } from '../api/auth/tokens.ts';
import { createContext } from '../api/context.ts';
import type { ApiDependencies } from '../api/dependencies.ts';
import { publicError } from '../api/errors.ts';
import { buildSchema } from '../api/graphql/schema.ts';
import type { PagesDependencies } from '../api/http/pages.ts';
import { gatewayLimits, knownPeopleLimits, limits, socketLimits } from '../api/limits.ts';
import { openSeats } from '../api/live/connection.ts';
import { openDocuments } from '../api/live/documents.ts';
import { openGateway } from '../api/live/gateway.ts';
import { liveContext, openKnownPeople } from '../api/live/known-people.ts';
import { openOperations } from '../api/live/operations.ts';
import { openShapes } from '../api/live/shapes.ts';
import { openSocketServer } from '../api/live/socket.ts';
import { openTyping } from '../api/live/typing.ts';
import { buildServer } from '../api/server.ts';
import type { Commands } from '../commands/commands.ts';
import type { ReadProgress } from '../projections/progress.ts';
import type { Config } from './config/config.ts';
import { listenOr } from './listen.ts';
import type { Machines } from './machines.ts';
import type { Log } from './observe/log.ts';
import { wireLiveReads } from './wiring.ts';

/** The API on a port: HTTP, the socket, and the gateway behind it. */
export type Edge = {
  readonly port: number;
  stats(): { readonly sockets: number; readonly devices: number; readonly executions: number };
  [Symbol.asyncDispose](): Promise<void>;
};

const drainMs = 1_000;

export async function openEdge(dependencies: {
  readonly config: Config;
  readonly machines: Machines;
  readonly commands: Commands;
  readonly progress: ReadProgress;
  readonly log: Log;
  readonly pages: PagesDependencies;
}): Promise<Edge> {
  const { config, machines, commands, progress, log, pages } = dependencies;
  const { tables, cache, now, newId } = machines;
  const schema = buildSchema();
  const reads = wireLiveReads(machines, progress);
  const access = await wireAccess(config, machines, commands);
  const typing = openTyping({ cache, reads, now });
  const costPerMinute = config.costPerMinute;
  const api: ApiDependencies = {
    ...{ commands, tables, progress, cache, access, typing, now, newId, log, costPerMinute },
  };
  const server = await buildServer(api, pages, schema);
  const people = openKnownPeople({ read: reads.people, now, ...knownPeopleLimits });
  const gateway = await openGateway({
    ...{ id: newId(), cache, opener: machines.opener, reads, now, log, limits: gatewayLimits },
    shapes: openShapes({ schema, shapesKeptMax: limits.documentsKeptMax }),
    ...{ people, contextFor: (viewer) => liveContext(createContext(api, viewer), people) },
  });
  const operations = openOperations({
    ...{ schema, now, operationsPerSocketMax: limits.operationsPerSocketMax, open: gateway.open },
    documents: openDocuments({
      ...{ schema, rules: [], tokensMax: limits.tokensMax },
      documentsKeptMax: limits.documentsKeptMax,
      documentBytesMax: limits.documentBytesMax,
    }),
    execute: async (args, viewer) => {
      const contextValue = createContext(api, viewer);
      await admit(contextValue, args.document, { ...args.variableValues });
      const result = await execute({ ...args, contextValue });
      const errors = result.errors?.map((error) => publicError(error, log));
      return { ...result, ...(errors && { errors }) };
    },
  });
  const { framesPerSecond } = config;
  const sockets = openSocketServer(
    {
      limits: { ...socketLimits, framesPerSecond, framesBurst: 2 * framesPerSecond },
      ...{ now, log, seats: openSeats(socketLimits.socketsPerPersonMax) },
      authenticate: async (authorization) => {
        const viewer = await access.authenticate(authorization.replace(/^Bearer /i, ''));
        return viewer ? { kind: 'viewer', ...viewer } : { kind: 'unusable' };
      },
      originAllowed: (origin, host) =>
        config.origins.includes(origin) || origin.replace(/^https?:\/\//, '') === host,
    },
    operations,
  );
  sockets.attach(server.server, '/graphql');
  await listenOr(server, config);
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    stats: () => ({ sockets: sockets.connections(), ...gateway.stats() }),
    [Symbol.asyncDispose]: async () => {
      await sockets.drain(drainMs);
      await gateway[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

async function wireAccess(
  config: Config,
  { tables, cache, rootKey, now, newId }: Machines,
  commands: Commands,
): Promise<Access> {
  const { accessTokenMs } = config;
  const tokens = await openTokens({ tables, rootKey, accessTokenMs, now });
  return openAccess({ tables, cache, commands, passwords: openPasswords(), tokens, newId });
}
