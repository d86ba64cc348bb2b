/**
 * The only routes that name no operation, each with why anybody may call it. The server is not
 * built with another one: a new route names its operation (`access/roles.ts`).
 */
export const PUBLIC_ROUTES: Readonly<Record<string, string>> = {
  'GET /healthz': 'a monitor asks',
  'GET /readyz': 'a monitor asks',
  'GET /metrics': 'a monitor asks; counts only',
  'GET /api/openapi.json': 'how the interface is called',
  'GET /api/v1/trust-list': 'gates read it; public keys, signed',
  'GET /api/v1/status-lists/:id': 'gates read it; signed, names nobody',
  'GET /api/v1/lane-keys/current': 'lanes seal to it; a public key',
  'POST /api/v1/sessions': 'signing in',
  'GET /api/v1/sessions/oidc': 'signing in elsewhere',
  'GET /api/v1/sessions/oidc/callback': 'signing in elsewhere',
  'POST /api/v1/token': 'a machine signs in',
  'POST /api/v1/gates/:id/enrolment': 'a device enrols by a one-time secret',
  'POST /api/v1/one-time-codes': 'signing in as a donor; known and unknown numbers look the same',
  'POST /api/v1/donor-sessions': 'signing in as a donor',
  'DELETE /api/v1/donor-sessions/current': 'signing out, signed in or not',
  'POST /api/v1/commands': "has a guard of its own: the home's secret, in development too",
  'GET /api/v1/demo': 'development only',
  'GET /api/v1/demo/ledger': 'development only',
  'GET /*': 'pages and their parts',
};
