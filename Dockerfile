# The image holds code and Python packages; model files come into a volume at the first start.
FROM python:3.11-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 tini \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/sounding sounding \
    && install --directory --owner=sounding /var/cache/sounding

WORKDIR /opt/sounding
COPY requirements.txt ./
RUN python -m pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY . ./
RUN python -m pip install --no-cache-dir --no-deps --editable .

USER sounding
ENV SOUNDING_HOST=0.0.0.0 \
    SOUNDING_DATA_DIR=/var/lib/sounding/data \
    SOUNDING_MODELS=/var/cache/sounding/models \
    PYTHONUNBUFFERED=1
VOLUME ["/var/lib/sounding", "/var/cache/sounding"]
EXPOSE 8700
HEALTHCHECK --interval=15s --timeout=5s --start-period=10m --retries=4 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8700/healthz', timeout=4)"]
ENTRYPOINT ["tini", "--", "deploy/start.sh"]
CMD ["serve"]
