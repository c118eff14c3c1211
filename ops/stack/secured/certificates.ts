import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlainError } from '../../plain-error.ts';
import { isOnPath } from '../on-path.ts';

/** A file each with a certificate, then its key, as HAProxy and Kafka want them; and apart. */
export type Pair = { readonly both: string; readonly certificate: string; readonly key: string };

/** What a throw-away authority has signed. Everything is for `localhost`, by name alone. */
export type Certificates = {
  readonly authority: string; // its own certificate, PEM
  readonly authorityFile: string;
  readonly good: Pair;
  readonly expired: Pair;
  [Symbol.dispose](): void;
};

/** Node makes no certificates: why they cannot be had here; null when they can. */
export function missingCertificates(): string | null {
  return isOnPath('openssl') ? null : 'no openssl on this machine: install it';
}

export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'parley-certificates-'));
  const openssl = (...words: readonly string[]) => run(words, folder);
  const authorityFile = join(folder, 'authority.pem');
  writeFileSync(join(folder, 'authority.cnf'), settings);
  writeFileSync(join(folder, 'index'), '');
  openssl(
    ...['req', '-x509', ...newKey('authority'), '-subj', '/CN=Parley tries', '-days', '2'],
    ...['-config', 'authority.cnf', '-extensions', 'authority', '-out', 'authority.pem'],
  );
  const pair = (name: string, from: string, until: string): Pair => {
    const within = (ending: string) => join(folder, `${name}.${ending}`);
    openssl('req', ...newKey(name), '-subj', '/CN=localhost', '-out', `${name}.request`);
    openssl(
      ...['ca', '-batch', '-config', 'authority.cnf', '-in', `${name}.request`],
      ...['-startdate', from, '-enddate', until, '-out', `${name}.pem`],
    );
    const [certificate, key] = [within('pem'), within('key')];
    const text = [certificate, key].map((file) => readFileSync(file, 'utf8')).join('');
    writeFileSync(within('both'), text, { mode: 0o600 });
    return { both: within('both'), certificate, key };
  };
  const good = pair('good', '20200101000000Z', '20991231235959Z');
  const expired = pair('expired', '20200101000000Z', '20200102000000Z');
  return {
    authority: readFileSync(authorityFile, 'utf8'),
    ...{ authorityFile, good, expired },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

const newKey = (name: string) => [
  ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
  ...['-keyout', `${name}.key`],
];

const settings = `
[req]
distinguished_name = name
[name]
[ca]
default_ca = throwaway
[throwaway]
dir = .
database = index
new_certs_dir = .
rand_serial = yes
unique_subject = no
certificate = authority.pem
private_key = authority.key
default_md = sha256
policy = any
x509_extensions = server
notext = yes
[any]
commonName = supplied
[authority]
basicConstraints = critical, CA:true
[server]
basicConstraints = CA:false
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost
`;

function run(words: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync('openssl', words, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  throw new PlainError(`openssl ${words.join(' ')} did not work: ${stderr.trim()}`);
}
