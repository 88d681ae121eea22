# syntax=docker/dockerfile:1
# Builds with everything, runs with what is needed: docker build -t liqmap .
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Nothing that is needed has to be compiled or fetched by scripts of packages.
RUN npm ci --no-audit --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY commands commands
COPY renderers renderers
# What runs from source, or comes along as somebody's peer, is not needed by what is built.
RUN npm run build && npm prune --omit=dev --no-audit && cd node_modules \
  && rm -rf .bin typescript @typescript tsx esbuild @esbuild @biomejs

FROM node:22-bookworm-slim
ENV NODE_ENV=production DATA_DIR=/data HTTP_HOST=0.0.0.0 TMPDIR=/tmp
# What is large is given back when it is done with: a third less memory (docs/decisions/0015-malloc.md).
ENV MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072
WORKDIR /app
# Fonts come with the packages; npm and its kin are not needed any more, and what is not there cannot be abused.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn* \
  && mkdir /data && chown node:node /data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY deploy/backup.mjs deploy/
USER node
VOLUME /data
EXPOSE 8420
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.HTTP_PORT || 8420) + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node hears SIGTERM itself; as the first process it needs `init: true` (compose.yaml) or `docker run --init` for orphans.
CMD ["node", "dist/src/main.js"]
