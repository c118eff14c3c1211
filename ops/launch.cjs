// The first file every script runs: plain JavaScript that even an old Node understands.
'use strict';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 7)) {
  console.error(
    `Parley needs Node 24.7 or newer and this is ${process.versions.node}. ` +
      'Run it through npm (`npm start`), which brings a fitting Node along on Linux, macOS (x64) ' +
      'and Windows, or install Node 24 from nodejs.org.',
  );
  process.exit(1);
}

// node:sqlite is a release candidate in Node 24 and says so on every start, in every thread.
const given = process.env.NODE_OPTIONS ?? '';
process.env.NODE_OPTIONS = `${given} --disable-warning=ExperimentalWarning`;
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') console.warn(`${warning.name}: ${warning.message}`);
});

const { enableCompileCache } = require('node:module');
const { resolve } = require('node:path');
const { pathToFileURL } = require('node:url');

// Halves what a start computes. Beside the code, so that nobody can write it who cannot write that.
enableCompileCache(resolve(__dirname, '../.compiled'));

const [, , script, ...rest] = process.argv;
process.argv = [process.argv[0], resolve(script), ...rest];
import(pathToFileURL(process.argv[1]).href).catch((error) => {
  console.error(sentenceOf(error) ?? error);
  process.exit(1);
});

/** What a person can act on; a defect has none, and shows where it happened. */
function sentenceOf(error) {
  if (error?.name === 'PlainError') return error.message;
  if (!String(error?.code).startsWith('ERR_PARSE_ARGS')) return null;
  const [first] = error.message.split('. ');
  return `${first}. Run it with --help to see what there is.`;
}
