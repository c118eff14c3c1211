import type { KafkaMessage } from 'kafkajs';
import type { StoredRecord } from './kafka-client.ts';
import { epochHeader } from './kafka-client.ts';

export function recordOf(message: KafkaMessage, partition: number): StoredRecord {
  const { offset, key, value, headers } = message;
  return {
    partition,
    offset: Number(offset),
    key: key?.toString() ?? '',
    value: value?.toString() ?? '',
    epoch: Number(headers?.[epochHeader]?.toString() ?? 0),
  };
}
