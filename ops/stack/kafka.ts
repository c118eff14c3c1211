import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlainError } from '../plain-error.ts';
import { answersTo } from './answers.ts';
import { cacheFolder } from './cache-folder.ts';
import { isOnPath } from './on-path.ts';
import type { Command, Place, StackServer } from './server.ts';
import { fillFolder } from './whole-folder.ts';

const pom = join(import.meta.dirname, 'kafka/pom.xml');
const unpacked = cacheFolder('kafka-4.1.2');
const javaMin = 17;

/** Kafka 4 as one KRaft node, from its jars in Maven Central. It keeps its folder. */
export const kafka: StackServer = {
  name: 'kafka',
  missing: () => {
    const version = javaVersion();
    if (version === null) return `no java on this machine: install Java ${javaMin} or newer`;
    if (version < javaMin) return `java is version ${version}: install ${javaMin} or newer`;
    if (existsSync(unpacked) || isOnPath('mvn')) return null;
    return 'no mvn on this machine: install Maven, which brings the jars';
  },
  fetch: async (tell) => {
    if (existsSync(unpacked)) return;
    tell('Kafka 4.1.2 from Maven Central (43 MB)');
    fillFolder(unpacked, fetchJars);
  },
  command: (place) => kafkaCommand(place, { properties: {}, formatWords: [] }),
  isReady: answersApiVersions,
  option: (port) => ({ name: 'PARLEY_EVENT_LOG', value: `kafka://127.0.0.1:${port}` }),
};

/** With properties besides or instead of ours, and more said when the broker's folder is made. */
export function kafkaCommand(
  place: Place,
  more: {
    readonly properties: Readonly<Record<string, string>>;
    readonly formatWords: readonly string[];
  },
): Command {
  const file = join(place.folder, 'server.properties');
  writeFileSync(file, textOf({ ...propertiesOf(place), ...more.properties }));
  return {
    program: 'sh',
    args: ['-c', formatThenRun, 'kafka', file, ...more.formatWords],
    environment: { CLASSPATH: join(unpacked, 'jars', '*') },
  };
}

/** The shell gives way to the broker, so that who asks the process to end asks the broker. */
const formatThenRun = `
  file=$1; shift
  [ -e data/meta.properties ] || java -Xmx128m kafka.tools.StorageTool format \\
    --cluster-id parleystackAAAAAAAAAAA --config "$file" "$@" || exit
  exec java -Xms128m -Xmx384m -XX:+UseSerialGC \\
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn kafka.Kafka "$file"`;

/** The controller listens beside it on a loopback address that is hardly used otherwise. */
function propertiesOf({ port, folder }: Place): Readonly<Record<string, unknown>> {
  const controller = `127.0.0.2:${port === 65_535 ? port - 1 : port + 1}`;
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    listeners: `CLIENT://127.0.0.1:${port},CONTROLLER://${controller}`,
    'advertised.listeners': `CLIENT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'CLIENT',
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.voters': `1@${controller}`,
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
    'broker.session.timeout.ms': 3_000, // so that one that was killed may come back soon
    'broker.heartbeat.interval.ms': 500,
  };
}

function textOf(properties: Readonly<Record<string, unknown>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function fetchJars(folder: string): void {
  copyFileSync(pom, join(folder, 'pom.xml'));
  const words = ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars.new'];
  const { status, stdout } = spawnSync('mvn', words, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) {
    const said = stdout.split('\n').find((line) => line.includes('ERROR'));
    throw new PlainError(
      `mvn ${words.join(' ')} did not work (${said ?? 'it said nothing'}): look at the network, ` +
        'or at the mirrors in ~/.m2/settings.xml.',
    );
  }
  renameSync(join(folder, 'jars.new'), join(folder, 'jars'));
}

function javaVersion(): number | null {
  const { status, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const said = /version "(?:1\.)?(\d+)/.exec(stderr ?? '')?.[1];
  return status === 0 && said !== undefined ? Number(said) : null;
}

/** A broker answers this first question once it serves. */
function answersApiVersions(port: number): Promise<boolean> {
  const question = Buffer.from('0000000a' + '0012' + '0000' + '00000007' + '0000', 'hex');
  return answersTo(
    port,
    question,
    (answer) => answer.length >= 10 && answer.readInt32BE(4) === 7 && answer.readInt16BE(8) === 0,
  );
}
