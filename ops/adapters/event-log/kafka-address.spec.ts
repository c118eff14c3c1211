import { describe, expect, it } from 'vitest';
import { readKafkaAddress } from './kafka-address.ts';

describe('the address of a Kafka', () => {
  it('names brokers, each on its port or on 9092', () => {
    expect(readKafkaAddress('kafka://one:9093,two,[::1]:9094')).toMatchObject({
      brokers: [
        { host: 'one', port: 9093 },
        { host: 'two', port: 9092 },
        { host: '::1', port: 9094 },
      ],
      ...{ tls: false, login: null, where: 'one:9093,two,[::1]:9094' },
    });
  });

  it('says who we are, and whether by TLS', () => {
    const { tls, login, where } = readKafkaAddress('kafkas://me:p%40ss@one:1?mechanism=plain');
    expect([tls, login, where]).toEqual([
      true,
      { mechanism: 'PLAIN', username: 'me', password: 'p@ss' },
      'one:1',
    ]);
    expect(readKafkaAddress('kafkas://me:x@one').login?.mechanism).toBe('SCRAM-SHA-512');
  });

  it.each([
    ['kafka://', /wants kafka:\/\//],
    ['kafka://one:port', /host:port/],
    ['kafka://me:100%@one', /%-encoding/],
    ['kafka://me:x@one?mechanism=magic', /mechanism is one of/],
  ])('is refused in words where it is none: %s', (url, words) => {
    expect(() => readKafkaAddress(url)).toThrow(words);
  });
});
