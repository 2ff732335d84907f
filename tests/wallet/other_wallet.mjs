// Another wallet, of the npm packages @openid4vc/openid4vci and @openid4vc/openid4vp as they come: `node other_wallet.mjs <modules> <what> <JSON>`.
// Its network is the test: each request goes out as a line of JSON, the answer comes in as one.
import { createInterface } from "node:readline";
import { X509Certificate, createHash, randomBytes, webcrypto } from "node:crypto";

const [, , modules, what, given] = process.argv;
const asked = JSON.parse(given);
const { Openid4vciClient } = await import(`${modules}/openid4vci/dist/index.mjs`);
const { Openid4vpClient } = await import(`${modules}/openid4vp/dist/index.mjs`);
const { clientAuthenticationNone, setGlobalConfig } = await import(`${modules}/oauth2/dist/index.mjs`);
setGlobalConfig({ allowInsecureUrls: true });

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const fetch = async (url, init = {}) => {
  const headers = Object.fromEntries(new Headers(init.headers ?? {}).entries());
  console.log(JSON.stringify({ url: String(url), method: init.method ?? "GET", headers, body: init.body ? String(init.body) : "" }));
  const answer = JSON.parse((await lines.next()).value);
  return new Response(answer.body, { status: answer.status, headers: answer.headers });
};

const url64 = (raw) => Buffer.from(raw).toString("base64url");
const json64 = (value) => url64(JSON.stringify(value));
const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const newKey = async () => {
  const pair = await webcrypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const { kty, crv, x, y } = await webcrypto.subtle.exportKey("jwk", pair.publicKey);
  return { pair, jwk: { kty, crv, x, y } };
};
const sign = async (key, header, payload) => {
  const body = `${json64(header)}.${json64(payload)}`;
  return `${body}.${url64(await webcrypto.subtle.sign(ecdsa, key.pair.privateKey, Buffer.from(body)))}`;
};
const keys = new Map();
const callbacks = {
  fetch,
  hash: (data, alg) => createHash(alg.replace("-", "")).update(data).digest(),
  generateRandom: (size) => randomBytes(size),
  clientAuthentication: clientAuthenticationNone({ clientId: "other-wallet" }),
  signJwt: async (signer, { header, payload }) => ({ jwt: await sign(keys.get(signer.publicJwk.x), header, payload), signerJwk: signer.publicJwk }),
  verifyJwt: async (signer, { compact }) => {
    const { publicKey } = new X509Certificate(Buffer.from(signer.x5c[0], "base64"));
    const key = await webcrypto.subtle.importKey("spki", publicKey.export({ type: "spki", format: "der" }), ecdsa, true, ["verify"]);
    const [head, body, signature] = compact.split(".");
    const verified = await webcrypto.subtle.verify(ecdsa, key, Buffer.from(signature, "base64url"), Buffer.from(`${head}.${body}`));
    return verified ? { verified, signerJwk: await webcrypto.subtle.exportKey("jwk", key) } : { verified };
  },
  getX509CertificateMetadata: (der) => {
    const names = new X509Certificate(Buffer.from(der, "base64")).subjectAltName.split(", ").map((name) => name.replace("DNS:", ""));
    return { sanDnsNames: names, sanUriNames: [] };
  },
  decryptJwe: () => { throw new Error("nothing is encrypted"); },
  encryptJwe: () => { throw new Error("nothing is encrypted"); },
};

async function receive({ offer, code, many }) {
  const client = new Openid4vciClient({ callbacks });
  const credentialOffer = await client.resolveCredentialOffer(offer);
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
  const { accessTokenResponse } = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({ credentialOffer, issuerMetadata, txCode: code });
  const { c_nonce: nonce } = await client.requestNonce({ issuerMetadata });
  const credentialConfigurationId = credentialOffer.credential_configuration_ids[0];
  const jwt = [];
  for (let n = 0; n < many; n++) {
    const key = await newKey();
    keys.set(key.jwk.x, key);
    const signer = { method: "jwk", alg: "ES256", publicJwk: key.jwk };
    jwt.push((await client.createCredentialRequestJwtProof({ issuerMetadata, signer, nonce, credentialConfigurationId })).jwt);
  }
  const { credentialResponse } = await client.retrieveCredentials({
    issuerMetadata, accessToken: accessTokenResponse.access_token, credentialConfigurationId, proofs: { jwt },
  });
  return { credentials: credentialResponse.credentials.map((one) => one.credential), token: accessTokenResponse.access_token, proofs: jwt };
}

// What the holder shows: the disclosures of the fields asked for, and the proof of the key over exactly that text.
async function shown(credential, query, aud, nonce) {
  const [jwt, ...disclosures] = credential.replace(/~$/, "").split("~");
  const wanted = new Set(query.claims.map((claim) => claim.path[0]));
  const kept = disclosures.filter((one) => wanted.has(JSON.parse(Buffer.from(one, "base64url"))[1]));
  const text = [jwt, ...kept, ""].join("~");
  const { cnf } = JSON.parse(Buffer.from(jwt.split(".")[1], "base64url"));
  const hash = createHash("sha256").update(text).digest("base64url");
  const said = { iat: Math.floor(Date.now() / 1000), aud, nonce, sd_hash: hash };
  return text + await sign(keys.get(cnf.jwk.x), { alg: "ES256", typ: "kb+jwt" }, said);
}

async function present(credential, uri) {
  const client = new Openid4vpClient({ callbacks });
  const params = Object.fromEntries(new URL(uri).searchParams.entries());
  const resolved = await client.resolveOpenId4vpAuthorizationRequest({ authorizationRequestPayload: params });
  const request = resolved.authorizationRequestPayload;
  const query = (resolved.dcql?.query ?? request.dcql_query).credentials[0];
  const vp_token = { [query.id]: [await shown(credential, query, request.client_id, request.nonce)] };
  const made = await client.createOpenid4vpAuthorizationResponse({ authorizationRequestPayload: request, authorizationResponsePayload: { vp_token } });
  const send = () => client.submitOpenid4vpAuthorizationResponse({ authorizationRequestPayload: request, ...made });
  const first = await send();
  const again = await send();
  return {
    request, vp_token, status: first.response.status, answer: await first.response.json(), again: again.response.status,
    client: resolved.client.prefix,
  };
}

const got = await receive(asked);
const out = { ...got, presented: what === "both" ? await present(got.credentials[0], asked.request) : null };
console.log(JSON.stringify({ done: out }));
process.exit(0);
