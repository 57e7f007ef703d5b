import http from 'node:http';
import https from 'node:https';
import { limits } from './limits.ts';

const agentOptions = { keepAlive: true, maxSockets: limits.webhooksAtOnce };

/**
 * Posts to any port and reuses connections; `fetch` costs several times as much and refuses some ports.
 * Resolves to the answer's status, rejects with a connection error or `ETIMEDOUT` after `timeoutMs`.
 */
export class HttpPost {
  readonly #http = new http.Agent(agentOptions);
  readonly #https = new https.Agent(agentOptions);

  send(
    url: string,
    message: { headers: Record<string, string>; body: string },
    timeoutMs: number,
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      const isSecure = url.startsWith('https:');
      const request = (isSecure ? https : http).request(url, {
        method: 'POST',
        agent: isSecure ? this.#https : this.#http,
        headers: { ...message.headers, 'content-length': Buffer.byteLength(message.body) },
      });
      const deadline = setTimeout(
        () => request.destroy(Object.assign(new Error('No answer in time'), { code: 'ETIMEDOUT' })),
        timeoutMs,
      );
      request.on('response', (response) => {
        response.on('error', reject);
        // Read to its end, so that the connection can be used again.
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.resume();
      });
      request.on('error', reject);
      request.on('close', () => {
        clearTimeout(deadline);
        // An answer that was cut off ends neither well nor with an error.
        reject(new Error('The answer was cut off'));
      });
      request.end(message.body);
    });
  }

  stop(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}
