import type { FastifyInstance } from 'fastify';
import type { ConsoleSession } from '../record/practices/console-session-store.ts';

/**
 * The console is a client of the API: whatever it shows and does goes through the same routes, with the key that was
 * signed in with. So every rule, every check and every refusal stands once, and there is no second way in.
 */
export type Api = {
  get<T>(path: string): Promise<T>;
  /** A refusal of the API is a value here: it belongs beside the form it came from. */
  send(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    caution?: Caution,
  ): Promise<Sent>;
};

/** `releaseAtMost`: held messages that the change may release; with more, it is refused with `releases_many`. */
export type Caution = { releaseAtMost?: number };

export type Sent = { ok: true; status: number; body: unknown } | Refused;
export type Refused = { ok: false; status: number; problem: ApiProblem };

/** The API's error shape (contract, "Errors"). */
export type ApiProblem = {
  code: string;
  message: string;
  details?: { index?: number; path?: string; message: string; code?: string }[];
  retryAfterSeconds?: number;
};

/** A GET that the API refuses: the page is answered with its status. `401`: the key was revoked. */
export class ApiRefusal extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`the API answered ${status}`);
    this.status = status;
  }
}

/** The data read; undefined where the API answered with just this status. Any other failure stays one. */
export async function unlessRefused<T>(
  status: number,
  reading: Promise<T>,
): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === status) return undefined;
    throw error;
  }
}

export function createApi(
  app: FastifyInstance,
  { key, staff }: Pick<ConsoleSession, 'key' | 'staff'>,
  remoteAddress: string,
): Api {
  const call = async (method: string, path: string, body?: unknown, caution: Caution = {}) =>
    app.inject({
      method: method as 'GET',
      url: `/v1${path}`,
      remoteAddress,
      headers: {
        authorization: `Bearer ${key}`,
        // A name is no header text: it travels in the letters of a URL.
        'optgate-actor': encodeURIComponent(staff),
        ...(caution.releaseAtMost === undefined
          ? {}
          : { 'optgate-release-at-most': String(caution.releaseAtMost) }),
      },
      ...(body === undefined ? {} : { payload: body as object }),
    });
  return {
    async get<T>(path: string): Promise<T> {
      const response = await call('GET', path);
      if (response.statusCode !== 200) throw new ApiRefusal(response.statusCode);
      return response.json<T>();
    },
    async send(method, path, body, caution) {
      const response = await call(method, path, body, caution);
      const { statusCode: status, headers } = response;
      if (status === 401) throw new ApiRefusal(status);
      if (status < 300)
        return { ok: true, status, body: status === 204 ? undefined : response.json() };
      const { error } = response.json<{ error: ApiProblem }>();
      const retryAfter = Number(headers['retry-after']);
      const wait = retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {};
      return { ok: false, status, problem: { ...error, ...wait } };
    },
  };
}
