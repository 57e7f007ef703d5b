/** The package has no types of its own. Throws for a line that is not of the format. */
declare module 'parse-prometheus-text-format' {
  export default function parse(text: string): { name: string; type: string; help: string }[];
}
