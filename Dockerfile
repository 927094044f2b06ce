# One image per service: docker build --build-arg SERVICE=replica -t meerkat-replica .   (replica, election or gateway)
#
# It holds Node, the C libraries that Node asks for, the service's sources, the libraries it imports and the packages
# they need. There is no shell, no package manager, and nothing that the user it runs as could write to.
ARG NODE_IMAGE=node:26.9.0-bookworm-slim

# What npm looks at, alone: sources may change without packages being installed anew.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete \
 && find . -type d -empty -delete

FROM ${NODE_IMAGE} AS packages
ARG SERVICE
# For those who have a registry of their own; empty leaves it to npm.
ARG NPM_CONFIG_REGISTRY
WORKDIR /app
COPY --from=manifests /app .
# The optional packages are the pinned Node of developers' machines; the image brings its own.
RUN if [ -z "$NPM_CONFIG_REGISTRY" ]; then unset NPM_CONFIG_REGISTRY; fi \
 && npm install --workspace "services/${SERVICE:?is the service to build: replica, election or gateway}" \
      --no-save --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error
# Types, maps and manuals; sources in C, and binaries for other machines than this one.
RUN find node_modules -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' -o -name '*.md' \) -delete \
 && if [ -d node_modules/better-sqlite3 ]; then \
      rm -rf node_modules/better-sqlite3/deps node_modules/better-sqlite3/src; \
      find node_modules/better-sqlite3/prebuilds -type f \
        ! -name "$(node -p 'process.platform + "-" + process.arch').node" -delete; \
    fi

# A root folder with Node and the shared libraries it is linked with.
FROM ${NODE_IMAGE} AS base
RUN mkdir -p /root-folder/tmp /root-folder/data \
 && chmod 1777 /root-folder/tmp && chown 1000:1000 /root-folder/data \
 && cp --parents --dereference --preserve=mode \
      /usr/local/bin/node $(ldd /usr/local/bin/node | grep -o '/[^ ]*') \
      /etc/passwd /etc/group /etc/nsswitch.conf /root-folder

# Node keeps the compiled form of our sources beside them. Without it every process would load the compiler that strips
# types, which costs a second of CPU and some 30 MB; it is bound to this Node, this path and this user.
FROM ${NODE_IMAGE} AS app
ARG SERVICE
ENV NODE_COMPILE_CACHE=/app/.compile-cache
WORKDIR /app
COPY --from=packages /app/package.json .
COPY --from=packages /app/node_modules node_modules
COPY libs libs
COPY services/${SERVICE} service
COPY infra/compose/health-check.mjs .
RUN mkdir .compile-cache && chown 1000:1000 .compile-cache
USER 1000:1000
# Every thread begins at one of these, or loads the first two when traces are switched on and metrics are asked for; a worker
# that is started by hand loads its modules, then ends.
RUN for entry in libs/bus/src/jetstream-*.ts libs/telemetry/src/tracing/otlp.ts libs/telemetry/src/metrics/exposition.ts \
      $(find service/src -name main.ts -o -name inspect.ts -o -name '*-worker.ts'); do \
      node "$entry" --help > /dev/null 2>&1 || true; \
    done

FROM scratch
ARG SERVICE
LABEL org.opencontainers.image.title="meerkat-${SERVICE}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=base /root-folder /
COPY --from=app /app /app
# A name server that does not answer is given up soon: a lookup under way holds up the end of a process.
ENV RES_OPTIONS="timeout:1 attempts:2"
ENV PATH=/usr/local/bin \
    NODE_ENV=production \
    NODE_COMPILE_CACHE=/app/.compile-cache
WORKDIR /app
USER 1000:1000
# As infra/local starts them: one helper thread for the garbage collector, room for what lives shortly and for buffers.
ENTRYPOINT ["/usr/local/bin/node", "--v8-pool-size=1", "--max-semi-space-size=32", "--initial-old-space-size=128", \
    "service/src/main.ts"]
