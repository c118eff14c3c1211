import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { openTracing } from './open.ts';
import { attributeOf, openCollector } from './testing.ts';

const dependencies = { chance: () => 0, away: () => undefined, sendMsMax: 100 };

describe('tracing', () => {
  it('is nothing where no collector is named', async () => {
    expect(await openTracing({ traces: null }, dependencies)).toBeNull();
  });

  it('chooses as many requests as it was told', async () => {
    const chosenAt = async (ratio: number, chance: number) => {
      const traces = { url: 'http://127.0.0.1:1', ratio };
      await using tracing = await openTracing(
        { traces },
        { ...dependencies, chance: () => chance },
      );
      return tracing?.chosen();
    };
    expect(await chosenAt(0, 0)).toBe(false);
    expect(await chosenAt(0.1, 0.09)).toBe(true);
    expect(await chosenAt(0.1, 0.1)).toBe(false);
    expect(await chosenAt(1, 0.999)).toBe(true);
  });

  it('sends what is there when it ends, and nothing that the table does not know', async () => {
    await using collector = await openCollector();
    const traces = { url: collector.url, ratio: 1 };
    const tracing = await openTracing({ traces }, { ...dependencies, sendMsMax: 10_000 });
    const root = tracing?.begin('command', { attributes: { 'parley.command': 'send-message' } });
    const parent = root?.traceparent;
    const told = { 'parley.outcome': 'see you at eight', 'parley.text': 'see you at eight' };
    tracing?.begin('append', { parent, links: [parent ?? ''] }).end(told as object);
    root?.end({ 'parley.outcome': 'ok' });
    root?.end({ 'parley.outcome': 'failed' }); // the first time counts
    await tracing?.[Symbol.asyncDispose]();
    const [child, above] = collector.spans();
    expect([child?.parentSpanId, child?.traceId]).toEqual([above?.spanId, above?.traceId]);
    expect(child?.links).toMatchObject([{ spanId: above?.spanId }]);
    expect(above && attributeOf(above, 'parley.outcome')).toBe('ok');
    expect(collector.text()).not.toContain('eight');
  });

  it('says once that nobody takes them, and anew after somebody did', async () => {
    let [away, status] = [0, 400];
    await using collector = await openCollector(() => status);
    const tell = () => {
      away += 1;
    };
    const traces = { url: collector.url, ratio: 1 };
    const asked = { ...dependencies, away: tell, sendMsMax: 10_000 };
    const tracing = await openTracing({ traces }, asked);
    for (const next of [400, 400, 200, 400]) {
      status = next;
      const requests = collector.requests();
      for (let n = 0; n < 512; n += 1) tracing?.begin('command').end(); // as many as leave at once
      await vi.waitUntil(() => collector.requests() > requests, { timeout: 10_000 });
    }
    await tracing?.[Symbol.asyncDispose]();
    expect(away).toBe(2);
  });

  it('ends in time before a collector that never answers', async () => {
    const deaf = createServer().listen(0, '127.0.0.1');
    await once(deaf, 'listening');
    const { port } = deaf.address() as { readonly port: number };
    let away = 0;
    const tell = () => {
      away += 1;
    };
    const traces = { url: `http://127.0.0.1:${port}`, ratio: 1 };
    const tracing = await openTracing({ traces }, { ...dependencies, away: tell });
    tracing?.begin('command').end();
    await tracing?.[Symbol.asyncDispose]();
    expect(away).toBe(1);
    deaf.close();
  });
});
