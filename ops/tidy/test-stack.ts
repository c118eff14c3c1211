import { servers } from '../stack/servers.ts';
import { closeWith, helpOr, runSteps, vitestStep } from './steps.ts';

helpOr(`npm run test:stack: contracts and journeys on the real servers of npm run stack.

Fetches what is not there yet, starts servers of its own on free ports, and ends them. What this
machine cannot have is printed as skipped, with its reason.`);

for (const server of servers) {
  if (server.missing() === null) await server.fetch((what) => console.log(`fetches ${what}`));
}
const lacking = servers.flatMap((server) => {
  const missing = server.missing();
  return missing === null ? [] : [`${server.name}: ${missing}`];
});
const tally = await runSteps([vitestStep('specs on the servers of the stack', ['stack'])]);
closeWith({ ...tally, skipped: [...tally.skipped, ...lacking] });
