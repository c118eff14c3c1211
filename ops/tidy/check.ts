import { closeWith, helpOr, runSteps, staticSteps, vitestStep } from './steps.ts';

helpOr(`npm run check: everything that must hold before a commit.

Format, lint, types, import rules, then specs, contracts on real engines, and journeys.`);

closeWith(
  await runSteps([
    ...staticSteps,
    vitestStep('specs', ['spec']),
    vitestStep('specs on real engines', ['int']),
    vitestStep('journeys', ['e2e']),
  ]),
);
