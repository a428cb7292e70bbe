# Web and worker from one image: `pasok serve` (the default; PASOK_PROCESSES=2 serves in two processes) or `pasok worker`.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /app/.venv
COPY requirements.lock /app/
RUN /app/.venv/bin/pip install --require-hashes -r /app/requirements.lock
# Installed in place, so that the migrations are found beside the package.
COPY pyproject.toml README.md /app/
COPY migrations /app/migrations
COPY service /app/service
RUN /app/.venv/bin/pip install --no-deps --no-build-isolation -e /app
# Ahead, too: the user that runs it may write nothing there.
RUN /app/.venv/bin/python -m compileall -q /app/service /app/migrations
# The optimiser's inner loops, compiled ahead; a machine of another type compiles its own at the first run.
RUN cd /app && NUMBA_CACHE_DIR=/app/compiled .venv/bin/python -m service.matching.local_search

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin pasok
COPY --from=build /app /app
RUN chown -R pasok /app/compiled && install --directory --owner=pasok /var/lib/pasok
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 NUMBA_CACHE_DIR=/app/compiled \
    PASOK_HOST=0.0.0.0 PASOK_LOG_FORMAT=json PASOK_VAR_DIR=/var/lib/pasok
USER pasok
EXPOSE 8000
# A worker has no port to ask: compose.yaml switches this off for it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["pasok", "serve"]
