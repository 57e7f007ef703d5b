export { contact } from './contact.ts';
export { dispatch } from './dispatch.ts';
export { webhookEndpoint } from './webhook-endpoint.ts';
