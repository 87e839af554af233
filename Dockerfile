# The image runs as an ordinary user, with an embedded PostgreSQL in /data unless DATABASE_URL is set.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/icosa \
    && /opt/icosa/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.lock
COPY app/http/pages/npm app/http/pages/npm
RUN /opt/icosa/bin/python app/http/pages/npm/build.py
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY schema schema
COPY rest_shim rest_shim
RUN /opt/icosa/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --uid 10001 --home-dir /data --shell /usr/sbin/nologin icosa \
    && install -d -o icosa -g icosa -m 700 /data
COPY --from=build /opt/icosa /opt/icosa
ENV PATH=/opt/icosa/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    HOST=0.0.0.0
WORKDIR /data
USER 10001
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ.get(\"PORT\", \"3000\")}/healthz', timeout=4)"]
CMD ["icosa", "serve"]
