/** Who can change things: the API tokens of an application (apiTokens.json), and the members of organizations (orgs.json). */
import type { SimulatedApplication } from "./entities.js";
import { createListingCache } from "./listing-cache.js";
import { globMatches, readPage } from "./paging.js";
import type { AccountRoute, Route } from "./routes.js";
import { organizationsQuery, parseRequest, tokensQuery } from "./schemas.js";
import type { SeedMember, SeedToken } from "./seed.js";

export interface PeopleOptions {
  readonly tokens: readonly SeedToken[];
  readonly members: readonly SeedMember[];
  readonly maxPerPage: number;
}

export function tokenRoutes({ tokens, maxPerPage }: PeopleOptions): Route[] {
  return [
    {
      operation: "listApplicationTokens",
      method: "GET",
      path: "/tokens",
      scope: "applicationApiTokens.get",
      answer: ({ application, query, listingFault }) => {
        const { filter, filterField, ...paging } = parseRequest(tokensQuery, query);
        const page = readPage(application.listings, paging, {
          name: `tokens ${JSON.stringify({ filter, filterField })}`,
          rows: () =>
            tokens
              .filter((token) => isOf(token, application) && globMatches(filter, fieldOf(token, filterField)))
              .map((token) => tokenView(token, application)),
          view: (token) => token,
          defaultSort: "name",
          maxPerPage,
          fault: listingFault,
        });
        return { ...page, filter, filterField, ownerId: application.id, ownerType: "application", _type: "apiTokens" };
      },
    },
  ];
}

export function organizationRoutes({ members, maxPerPage }: PeopleOptions): AccountRoute[] {
  const listings = createListingCache();
  const organization = {
    id: ORGANIZATION_ID,
    orgId: ORGANIZATION_ID,
    name: "Plant",
    creationDate: "2020-01-01T00:00:00.000Z",
    lastUpdated: "2020-01-01T00:00:00.000Z",
    members: members.map((member) => ({ ...member, role: "edit" })),
    _type: "org",
  };
  return [
    {
      operation: "listOrganizations",
      method: "GET",
      path: "/orgs",
      scope: "orgs.get",
      answer: ({ query, listingFault }) => {
        const {
          filter,
          filterField,
          summaryExclude: _out,
          summaryInclude: _in,
          ...paging
        } = parseRequest(organizationsQuery, query);
        const page = readPage(listings, paging, {
          name: `organizations ${JSON.stringify({ filter })}`,
          rows: () => [organization].filter(({ name }) => globMatches(filter, name)),
          view: (one) => one,
          defaultSort: "name",
          maxPerPage,
          fault: listingFault,
        });
        return { ...page, filter, filterField, _type: "orgs" };
      },
    },
  ];
}

const ORGANIZATION_ID = "c0".padEnd(24, "0");

/** Tokens of users are no tokens of an application. */
function isOf({ sourceType, applicationId }: SeedToken, application: SimulatedApplication): boolean {
  return sourceType === "apiToken" && (applicationId === undefined || applicationId === application.id);
}

function fieldOf({ name = "" }: SeedToken, field: string | undefined): string {
  return field === "status" ? "active" : name;
}

/** The token itself is shown once, when it is made. */
function tokenView(token: SeedToken, { id, creationDate }: SimulatedApplication) {
  const { sourceId, name, createdBy, scopes = ["all.Application"] } = token;
  const creator =
    createdBy === undefined ? {} : { creatorType: "user", creatorId: createdBy.userId, creatorName: createdBy.name };
  return {
    id: sourceId,
    apiTokenId: sourceId,
    name,
    ownerId: id,
    ownerType: "application",
    ...creator,
    creationDate,
    lastUpdated: creationDate,
    scope: scopes,
    status: "active",
    _type: "apiToken",
  };
}
