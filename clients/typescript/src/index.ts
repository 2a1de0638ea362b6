import createClient, { type Client, type ClientOptions } from "openapi-fetch";

import type { paths } from "./schema.js";

export type * from "./schema.js";

/** A client of the calendar that is served at `baseUrl`, as "https://calendar.example.org"; `options` are openapi-fetch's. */
export function calendar(baseUrl: string, options: Omit<ClientOptions, "baseUrl"> = {}): Client<paths> {
  return createClient<paths>({ ...options, baseUrl });
}
