/** Tests, and the folders of what only tests use: they may open a database or a whole relay. */
const TESTS = /\.test\.tsx?$|\/test(s|ing)?\//;

/**
 * Which code may know which. One row per rule, as docs/architecture.md draws it:
 * - `in`: the files it binds; `except`: files among them that it does not bind.
 * - `only`: what they may import; or `never`: what they may not. An import is the name of a package (`zod`, `node:fs`,
 *   `@signalbox/api/contracts`), or the repository path of a relative import.
 * - `types`: what they may import as a type although `only` or `never` refuses it.
 * - `because`: shown with each violation.
 */
export const BOUNDARIES = [
  {
    in: /^packages\/db\//,
    never: [/^@signalbox\/(?!db\b)/, /^(apps|packages\/(?!db\/))/],
    because: "packages/db knows Prisma and nothing of the product above it",
  },
  {
    in: /^packages\/api\//,
    never: [/^@signalbox\/(?!api\b|db\b)/, /^(apps|packages\/(?!api\/))/],
    because: "packages/api knows packages/db only, by its name; surfaces know the api, never the other way round",
  },
  {
    in: /^packages\/mcp\//,
    except: TESTS,
    never: [/^@signalbox\/(?!mcp\b|api\b)/, /^(apps|packages\/(?!mcp\/))/],
    because: "packages/mcp turns the api's procedures into tools and knows packages/api only, by its name",
  },
  {
    in: /^packages\/bridge\//,
    except: TESTS,
    only: [/^node:/, /^packages\/bridge\//],
    because:
      "packages/bridge passes MCP on and is carried into every session: Node alone, no library, nothing of the product",
  },
  {
    in: /^apps\/cli\//,
    except: TESTS,
    never: [/^@signalbox\/(?!bridge$)/, /^(apps\/(?!cli\/)|packages\/)/],
    because: "signalbox runs beside any program of a person: the bridge, no server code and nothing of a host",
  },
  {
    in: /^apps\/web\//,
    never: [/^@signalbox\/orchestrator\b/, /^(apps\/(?!web\/)|packages\/)/],
    because: "the relay knows api, mcp and db by their names, and hosts only through the contracts",
  },
  {
    in: /^apps\/orchestrator\//,
    except: TESTS,
    never: [/^@signalbox\/(?!api\/contracts$|bridge$)/, /^(apps\/(?!orchestrator\/)|packages\/)/, /^@?prisma\b/],
    types: [/^@signalbox\/api$/],
    because:
      "the orchestrator takes values from @signalbox/api/contracts and the bridge, and only types from @signalbox/api: no server code on a host",
  },
  {
    in: /^packages\/api\/src\/contracts\//,
    except: TESTS,
    only: [/^zod$/, /^packages\/api\/src\/contracts\//],
    because: "contracts run in the browser and on hosts: zod and each other, nothing else",
  },
  {
    in: /^packages\/api\/src\/.*\/(.*\.)?rules\.ts$/,
    only: [
      /^packages\/api\/src\/contracts\b/,
      /^packages\/api\/src\/(.*\/)?(.*\.)?rules(\.ts|\/.*)?$/,
      /^packages\/api\/src\/identity\/profiles(\.ts)?$/,
      /^(semver|croner|node:path)$/,
    ],
    types: [/./],
    because:
      "rules are pure decisions: contracts, other rules, the table of profiles, and the pure libraries semver, croner and node:path; the rest as types",
  },
  {
    in: /^packages\/api\/src\/.*\/(.*\.)?schema\.ts$/,
    never: [/^@signalbox\//, /^@trpc\//, /^node:/, /\b(service|router|mapper|trpc|context|unit)(\.ts)?$/],
    types: [/./],
    because: "schemas describe what crosses the door and do nothing: zod, contracts, constants and other schemas",
  },
  {
    in: /^packages\/api\/src\/.*\/(.*\.)?router\.ts$/,
    only: [
      /^packages\/api\/src\/trpc(\.ts)?$/,
      /^packages\/api\/src\/contracts\b/,
      /^packages\/api\/src\/[a-z-]+\/(?!(.*\.)?(rules|mapper)\b)/,
      /^zod$/,
    ],
    types: [/./],
    because: "a router is a table of contents: trpc, its schemas, its services' verbs; no database, no rules",
  },
];

/** Where the environment may be read: once, at the edge. */
export const ENVIRONMENT = {
  allowed: [
    /(^|\/)(env|main)\.ts$/,
    /(^|\/)[^/]+\.config\.[cm]?ts$/,
    /^((apps|packages)\/[^/]+\/)?scripts\//,
    /^(tests|bench|chaos)\//,
    /\.test\.tsx?$|\/test(s|ing)?[./]/,
  ],
  because: "process.env is read once, in an env.ts or handed to it by a main.ts; everything else takes parameters",
};
