/**
 * An identity provider of the city (OpenID Connect Core 1.0): authorisation code with PKCE, state
 * and nonce. All three follow from one random text that only the browser keeps, so that an answer
 * is good in the browser that asked, once, and nothing of it is stored here.
 */
import { createHash } from 'node:crypto';
import * as client from 'openid-client';
import type { OidcConfig } from '../config.ts';
import type { Subject } from './subject.ts';

const TIMEOUT_SECONDS = 10;

/** The provider as we ask it. */
export interface Provider {
  /** Where the browser asks for an answer, to be sent to our address. */
  askAt(secret: string, answerTo: string): Promise<URL>;
  /** Who came back with this address; `undefined` when anything about the answer is wrong. */
  readAnswer(secret: string, address: URL): Promise<Subject | undefined>;
}

/** The provider did not answer as one: a fault, safe to try again. */
export class ProviderFault extends Error {}

/** The provider of the configuration; it is asked for its addresses when first needed. */
export function createProvider(config: OidcConfig): Provider {
  let known: Promise<client.Configuration> | undefined;
  const discover = (): Promise<client.Configuration> => {
    known ??= findProvider(config).catch((cause: unknown) => {
      known = undefined;
      throw new ProviderFault('the identity provider does not answer', { cause });
    });
    return known;
  };
  return {
    async askAt(secret, answerTo) {
      return client.buildAuthorizationUrl(await discover(), {
        redirect_uri: answerTo,
        response_type: 'code',
        scope: 'openid',
        state: derive(secret, 'state'),
        nonce: derive(secret, 'nonce'),
        code_challenge: await client.calculatePKCECodeChallenge(derive(secret, 'verifier')),
        code_challenge_method: 'S256',
      });
    },
    async readAnswer(secret, address) {
      try {
        const tokens = await client.authorizationCodeGrant(await discover(), address, {
          pkceCodeVerifier: derive(secret, 'verifier'),
          expectedState: derive(secret, 'state'),
          expectedNonce: derive(secret, 'nonce'),
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        return claims && { issuer: claims.iss, subject: claims.sub };
      } catch (cause) {
        if (cause instanceof ProviderFault) throw cause;
        return undefined;
      }
    },
  };
}

function findProvider({ issuer, clientId, clientSecret }: OidcConfig) {
  const url = new URL(issuer);
  // The configuration takes an address without TLS on loopback only.
  const insecure = url.protocol === 'http:' ? [client.allowInsecureRequests] : [];
  return client.discovery(url, clientId, undefined, client.ClientSecretBasic(clientSecret), {
    execute: [client.enableNonRepudiationChecks, ...insecure],
    timeout: TIMEOUT_SECONDS,
  });
}

function derive(secret: string, what: string): string {
  return createHash('sha256').update(`${what}\0${secret}`).digest('base64url');
}
