FROM python:3.11-slim AS packages
RUN python -m venv /packages
COPY requirements.txt ./
RUN /packages/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim
# What it keeps, if anything: SQLite files and the secret key, where neither is set.
RUN useradd --system --no-create-home shop && install -d -o shop /shop/var
WORKDIR /shop
COPY --from=packages /packages /packages
COPY app app
COPY bus bus
COPY web web
COPY modules modules
COPY migrations migrations
# Others reach a container, so that nobody in it is an admin unasked.
ENV PATH=/packages/bin:$PATH PYTHONUNBUFFERED=1 APP_HOST=0.0.0.0 APP_AUTH=required
USER shop
VOLUME /shop/var
EXPOSE 8000
# Not whether it is ready: a database that is away is no reason to replace what waits for it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from os import environ; from urllib.request import urlopen; urlopen(f'http://127.0.0.1:{environ.get(\"APP_PORT\", 8000)}/health/live', timeout=4)"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve", "--migrate"]
