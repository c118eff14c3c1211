import type { Row } from './row.ts';
import { networkRows } from './rows/network.ts';
import { processRows } from './rows/processes.ts';
import { recordRows } from './rows/records.ts';
import { serverRows } from './rows/servers.ts';

/** The rows of the fault matrix that are tried on real servers, in its order. */
export const rows: readonly Row[] = [...processRows, ...serverRows, ...networkRows, ...recordRows];
