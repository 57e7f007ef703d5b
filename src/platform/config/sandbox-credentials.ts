/**
 * The credentials that the sandbox accepts when no real provider is configured. Public knowledge, useless elsewhere.
 */
export const sandboxCredentials = {
  resendApiKey: 're_sandbox_0000000000000000',
  resendWebhookSecret: `whsec_${Buffer.from('optgate-sandbox-webhook-secret-0').toString('base64')}`,
  plivoAuthId: 'MASANDBOX00000000000',
  plivoAuthToken: 'sandbox-plivo-auth-token-0000000000000000',
  emailFrom: 'hello@demo-practice.example',
  smsFrom: '+12025550100',
};
