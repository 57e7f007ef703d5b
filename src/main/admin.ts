import { runAdmin } from './admin/commands.ts';

/** The commands for an installation whose services the environment names; `npm run admin` also knows those of `npm start`. */
await runAdmin();
