export { contact } from './contact.ts';
