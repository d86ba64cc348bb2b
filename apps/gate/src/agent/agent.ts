/**
 * The agent: channels in front of the core, the turnstile behind it, loops beside it. It is put
 * together here and taken apart in the order in which nothing that was answered is lost.
 */
import type { Channel } from './channel.ts';
import type { ChannelConfig, GateConfig } from './config.ts';
import type { Ends } from './conversation.ts';
import { openLocalHttp } from './local-http.ts';
import { faultText, type Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { ChannelAnswer, Direction, PresentCode } from './present.ts';
import { openSerialChannel, openWedgeChannel } from './reader-channel.ts';
import { openTcpChannel } from './tcp-channel.ts';
import type { Turnstile } from './turnstile.ts';

/** Something that goes on beside the channels and ends with the agent. */
export interface Companion {
  stop(): Promise<void>;
}

/** What an agent is put together from. */
export interface AgentParts {
  readonly config: GateConfig;
  readonly present: PresentCode;
  /** Lines that are no codes; only the test profile has some. */
  readonly answerLine?: (text: string) => unknown;
  readonly turnstile: Turnstile;
  readonly status: () => Promise<Readonly<Record<string, unknown>>>;
  readonly metrics: Metrics;
  /** Brings the gauges up to date before they are read. */
  readonly measure: () => Promise<void>;
  readonly log: Log;
  readonly standard: Ends;
  /** Stopped after the channels, one after another. */
  readonly companions: readonly Companion[];
}

/** A running agent. */
export interface Agent {
  /** Where each channel listens, in the order of the configuration; `null` for readers. */
  readonly channels: readonly Channel[];
  readonly http: string;
  /** Answers the codes in hand, and ends. */
  stop(): Promise<void>;
}

/** Opens the channels and starts. Rejects when one cannot be opened; what was opened is closed. */
export async function startAgent(parts: AgentParts): Promise<Agent> {
  const { config, log, present } = parts;
  const channels: Channel[] = [];
  const close = (): Promise<unknown> => Promise.all(channels.map((channel) => channel.stop()));
  try {
    const http = await openLocalHttp(config.http.listen, {
      present,
      status: async () => ({
        ...(await parts.status()),
        channels: channels.map(({ name }) => name),
        turnstile: parts.turnstile.name,
      }),
      metrics: async () => {
        await parts.measure();
        return parts.metrics.text();
      },
    });
    channels.push(http);
    for (const one of config.channels) channels.push(await openChannel(one, parts));
    for (const { name } of channels) log.info({ channel: name }, 'open');
    return {
      channels: channels.slice(1),
      http: http.address ?? '',
      async stop() {
        await close();
        for (const companion of parts.companions) await companion.stop();
        parts.turnstile.close();
      },
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function openChannel(config: ChannelConfig, parts: AgentParts): Promise<Channel> {
  const { log, standard } = parts;
  const present = (text: string): Promise<unknown> => answer(parts, text, config.direction);
  if (config.kind === 'tcp') return openTcpChannel(config, present);
  if (config.kind === 'wedge') return openWedgeChannel(standard, present);
  return openSerialChannel(config, present, (cause) =>
    log.warn({ fault: faultText(cause) }, 'the reader cannot be opened'),
  );
}

async function answer(
  { present, answerLine }: AgentParts,
  text: string,
  direction: Direction,
): Promise<ChannelAnswer | unknown> {
  return answerLine?.(text) ?? present(text, direction);
}
