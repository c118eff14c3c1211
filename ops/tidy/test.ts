import { closeWith, helpOr, runSteps, vitestStep } from './steps.ts';

helpOr(`npm test: every spec, contract and journey, on embedded engines that it starts and
stops itself.

Needs nothing but what npm ci installed. A test that cannot run here is printed as skipped, with
its reason.`);

closeWith(
  await runSteps([
    vitestStep('specs', ['spec']),
    vitestStep('specs on real engines', ['int']),
    vitestStep('journeys', ['e2e']),
  ]),
);
