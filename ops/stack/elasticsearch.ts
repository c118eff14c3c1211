import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { answersOk } from './answers.ts';
import { cacheFolder } from './cache-folder.ts';
import { debianTriplet } from './debian.ts';
import type { Jdk } from './java.ts';
import { findJdk, missingJava, runTool } from './java.ts';
import type { StackServer } from './server.ts';
import { fillFolder } from './whole-folder.ts';

const version = '9.5.3';
const javaMin = 21;
const heap = '512m';
const sources = join(import.meta.dirname, 'elasticsearch');
const home = cacheFolder(`elasticsearch-${version}`);

/**
 * A real Elasticsearch node, its own server and HTTP layer, made of the jars of Maven Central. Not
 * published there, so not here: security and TLS, scripts, language analyzers, ES|QL, delete by
 * query, reindex.
 */
export const elasticsearch: StackServer = {
  name: 'elasticsearch',
  missing: () => missingJava(javaMin),
  fetch: async (tell) => {
    if (existsSync(home)) return;
    tell(`Elasticsearch ${version} from Maven Central (55 MB)`);
    fillFolder(home, (unfinished) => build(jdk(), unfinished));
  },
  command: ({ port, folder }) => ({
    program: jdk().program('java'),
    args: [
      ...[`-Xms${heap}`, `-Xmx${heap}`, '-XX:+UseSerialGC'],
      ...['--enable-native-access=ALL-UNNAMED', '--add-modules=jdk.net,jdk.management'],
      '-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false',
      ...['-Dlog4j2.disable.jmx=true', '-Dlog4j.shutdownHookEnabled=false'],
      '-Des.distribution.type=tar',
      ...['-cp', `${join(home, 'classes')}:${join(home, 'jars')}/*`],
      ...['parley.Node', home, String(port), join(folder, 'data')],
    ],
  }),
  isReady: (port) =>
    answersOk(
      `http://127.0.0.1:${port}/_cluster/health?wait_for_status=yellow&timeout=1s`,
      2_000, // it waits itself
    ),
  option: (port) => ({ name: 'PARLEY_SEARCH', value: `http://127.0.0.1:${port}` }),
};

function jdk(): Jdk {
  const found = findJdk(javaMin);
  if (found === null) throw new Error('whoever starts it looks first whether it is missing');
  return found;
}

function build(of: Jdk, unfinished: string): void {
  const within = (...names: readonly string[]) => join(unfinished, ...names);
  const run = (program: string, args: readonly string[]) =>
    runTool(program, args, { cwd: unfinished, jdk: of });
  for (const folder of ['config', 'jars', 'modules/transport-netty4', 'plugins/root']) {
    mkdirSync(within(folder), { recursive: true });
  }
  run('mvn', [
    ...['-q', '-B', '-f', join(sources, 'pom.xml')],
    ...['dependency:copy-dependencies', `-DoutputDirectory=${within('jars')}`],
  ]);
  const compile = (file: string, to: string) =>
    run(of.program('javac'), [
      ...['-proc:none', '-nowarn', '--release', String(javaMin), '-cp', `${within('jars')}/*`],
      ...['-d', within(to), join(sources, file)],
    ]);
  compile('Node.java', 'classes');
  compile('RootPlugin.java', 'plugin');
  const jar = within('plugins/root/root.jar');
  run(of.program('jar'), ['cf', jar, '-C', within('plugin'), '.']);
  rmSync(within('plugin'), { recursive: true });
  copyFileSync(
    join(sources, 'plugin-descriptor.properties'),
    within('plugins/root/plugin-descriptor.properties'),
  );
  copyFileSync(join(sources, 'log4j2.properties'), within('config/log4j2.properties'));
  writeFileSync(within('config/elasticsearch.yml'), '');
  layOutHttp(unfinished, run);
  linkZstd(unfinished);
}

/** The HTTP layer is a module of its own; its descriptor lies in its jar. */
function layOutHttp(
  unfinished: string,
  run: (program: string, args: readonly string[]) => void,
): void {
  const module = join(unfinished, 'modules/transport-netty4');
  const jars = join(unfinished, 'jars');
  const own = readdirSync(jars).filter((name) => /^(netty-|transport-netty4-)/.test(name));
  for (const name of own) renameSync(join(jars, name), join(module, name));
  run('unzip', ['-q', join(module, `transport-netty4-${version}.jar`), 'META-INF/es-plugins/*']);
  const unpacked = join(unfinished, 'META-INF');
  const descriptor = 'plugin-descriptor.properties';
  const text = readFileSync(join(unpacked, 'es-plugins/transport-netty4', descriptor), 'utf8');
  // Without a name of a Java module it is loaded from plain jars.
  writeFileSync(join(module, descriptor), text.replace(/^modulename=.*\n?/m, ''));
  rmSync(unpacked, { recursive: true });
}

/** For stored fields that are compressed well; the machine's own library, where it has one. */
function linkZstd(unfinished: string): void {
  const folder = join(
    unfinished,
    `lib/platform/linux-${process.arch === 'arm64' ? 'aarch64' : 'x64'}`,
  );
  mkdirSync(folder, { recursive: true });
  symlinkSync(join('/usr/lib', debianTriplet(), 'libzstd.so.1'), join(folder, 'libzstd.so'));
}
