/** Limits of templates, each with its unit and its reason; part of `limits`. */
export const templateLimits = {
  /** Characters of one field of a template: an email's text of ten pages. */
  templateCharacters: 20_000,
  /** Different names that a template may refer to: as many as `data` and the settings can give, and some to spare. */
  templateNames: 100,
  /** Characters of one field once rendered, before anything else looks at it: far more than any message may have. */
  templateOutput: 200_000,
  /**
   * Conditions and values of one field of a template, how deep conditions and brackets may be nested, and characters of
   * one: the engine takes a time that grows with the square of each, before it counts anything.
   */
  templateTags: 1_000,
  templateDepth: 20,
  templateTagCharacters: 1_000,
  /** Lines, values and conditions of an opt-in's text: it is rendered, and read, in up to 192 cases. */
  optInParts: 300,
  /** Characters that `contains` looks for: the engine takes the product of this and of the value's length. */
  templateSought: 50,
  /** Memory (in the engine's units, about bytes) that rendering one field of a template may take. */
  templateMemory: 2_000_000,
  /** Time of rendering, in ms of the processor's: of all fields for one method, of which an ordinary one takes 0.02 … */
  templateRenderMs: 50,
  /** … of an opt-in in all its cases (ordinary ones: 5) … */
  casesRenderMs: 100,
  /** … of one call or signal batch: a thousand messages with ten times as much to say as ordinary ones … */
  callRenderMs: 3_000,
  /** … and of one practice's calls together: this at once, and then this share of the time. */
  practiceRenderMs: 4_000,
  practiceRenderShare: 0.25,
  /** Calls of a practice that render at a time, as many as have a connection, and that wait: all that are under way. */
  rendering: { each: 5, all: Infinity, waiting: 200 },
  /** Values of one message's `data`, and characters of one of them. */
  templateValues: 50,
  templateValueCharacters: 4_000,
} as const;
