import { whyNotHad } from '../stack/had.ts';
import { haproxyBefore } from '../stack/haproxy.ts';
import { minio } from '../stack/minio.ts';
import { prometheusWith } from '../stack/prometheus.ts';
import { servers } from '../stack/servers.ts';
import { closeWith, helpOr, runSteps, vitestStep } from './steps.ts';

helpOr(`npm run test:stack: contracts and journeys on the real servers of npm run stack.

Fetches what is not there yet, starts servers of its own on free ports, and ends them. What this
machine cannot have, or would have to build for minutes, is printed as skipped, with its reason.`);

const lacking: string[] = [];
const besides = [minio, haproxyBefore(['', '']), prometheusWith('')]; // for specs only
for (const server of [...servers, ...besides]) {
  const tell = (what: string) => console.log(`fetches ${what}`);
  const reason = await whyNotHad(server, { tell, asked: false });
  if (reason === null) continue;
  lacking.push(`${server.name}: ${reason}`);
  process.env[`PARLEY_TEST_WITHOUT_${server.name.toUpperCase()}`] = reason; // for the specs
}
// One file after the other: each starts servers and processes of its own.
const alone = ['--maxWorkers=1'];
const tally = await runSteps([vitestStep('specs on the servers of the stack', ['stack'], alone)]);
closeWith({ ...tally, skipped: [...tally.skipped, ...lacking] });
