# Hatata for production: one image, started with a different command for each part (docker-compose.yml).

FROM python:3.12-slim-bookworm AS build
WORKDIR /app
ENV PYTHONDONTWRITEBYTECODE=1 UV_LINK_MODE=copy
COPY requirements/ requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/bootstrap.txt \
    && python -m venv --without-pip /venv \
    && uv pip install --no-cache --compile-bytecode --python /venv/bin/python --require-hashes -r requirements/base.txt \
    && uv pip install --no-cache --system --require-hashes -r requirements/node.txt
COPY package.json package-lock.json .npmrc ./
COPY tools/ tools/
RUN python tools/assets.py && rm -rf node_modules

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/hatata --create-home --shell /usr/sbin/nologin hatata \
    && install --directory --owner=hatata /var/lib/hatata/static
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=conference.settings \
    HATATA_VAR=/var/lib/hatata
COPY --from=build /venv /venv
COPY . .
COPY --from=build /app/static/vendor static/vendor
USER hatata
VOLUME /var/lib/hatata
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["python", "/app/conference/stack/probe.py"]
CMD ["gunicorn", "conference.wsgi:application", "--bind", "0.0.0.0:8000", "--threads", "16"]
