# The packages, in the order of the lock file and with its hashes.
FROM python:3.13-slim AS packages
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --no-compile --require-hashes -r /tmp/base.txt

FROM node:22-slim AS node

# The assets: Node is needed here and nowhere later.
FROM packages AS assets
RUN apt-get update && apt-get install -y --no-install-recommends libatomic1 libstdc++6
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /build
COPY . .
# These values reach nothing: building files needs settings that load, not a database.
RUN OPS_DATA=/data OPS_SECRET_KEY=build DATABASE_URL=postgresql://build@127.0.0.1/build \
    /opt/venv/bin/python manage.py assets

FROM python:3.13-slim
# Pango sets the text of the PDFs.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv/opsdeck opsdeck \
    && install -d -o opsdeck -g opsdeck /data /data/files /data/mail
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=ops.settings \
    OPS_DATA=/data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/opsdeck
COPY . .
COPY --from=assets /build/static/dist static/dist
COPY --from=assets /data/static /data/static
RUN python -m compileall -q accounts catalog customers inventory ops orders
USER opsdeck
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["granian", "--interface", "asgi", "ops.asgi:application", "--host", "0.0.0.0", "--port", "8000", \
     "--workers-kill-timeout", "3", "--respawn-failed-workers", "--backlog", "1024", "--backpressure", "4096"]
