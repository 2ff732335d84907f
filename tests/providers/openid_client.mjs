// Signs a resident in with the npm package openid-client, as it comes: `node openid_client.mjs <module> <settings as JSON>`.
// The browser is the other side's: this prints where to send it, reads from stdin where it came back to, and prints what it has got.
import { createInterface } from "node:readline/promises";

const client = await import(process.argv[2]);
const { city, id, secret, back } = JSON.parse(process.argv[3]);
const lines = createInterface({ input: process.stdin });

const config = await client.discovery(new URL(city), id, secret, undefined, { execute: [client.allowInsecureRequests] });
const verifier = client.randomPKCECodeVerifier();
const [state, nonce] = [client.randomState(), client.randomNonce()];
const to = client.buildAuthorizationUrl(config, {
  redirect_uri: back, scope: "openid profile phone offline_access", state, nonce,
  code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
});
console.log(to.href);

const came = new URL((await lines[Symbol.asyncIterator]().next()).value);
const tokens = await client.authorizationCodeGrant(config, came, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce });
const claims = tokens.claims();
const fields = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
const again = await client.refreshTokenGrant(config, tokens.refresh_token);
const looked = await client.tokenIntrospection(config, again.access_token);
await client.tokenRevocation(config, again.refresh_token);
const ended = await client.tokenIntrospection(config, again.access_token);
const own = await client.clientCredentialsGrant(config, { scope: "matters" });
console.log(JSON.stringify({ claims, fields, active: [looked.active, ended.active], own: own.scope, end: client.buildEndSessionUrl(config).href }));
lines.close();
