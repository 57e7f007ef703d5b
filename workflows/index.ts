export { contact } from './contact.ts';
export { dispatch } from './dispatch.ts';
