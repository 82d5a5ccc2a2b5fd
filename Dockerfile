# The suite as an image: docker build -t dualstack:0.1.0 .
# It needs no root, no shell and nothing to write to but the two folders that are mounted into it (/results, /tmp).
ARG PYTHON=python:3.13-slim

FROM ${PYTHON} AS build
COPY . /src
RUN python -m venv /opt/dualstack \
    && /opt/dualstack/bin/pip install --no-cache-dir --disable-pip-version-check /src \
    && /opt/dualstack/bin/pip uninstall --yes pip

FROM ${PYTHON}
LABEL org.opencontainers.image.title="dualstack" \
      org.opencontainers.image.description="Conformance suite for Kubernetes dual-stack IPv4/IPv6 networking" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/dualstack /opt/dualstack
ENV PATH=/opt/dualstack/bin:$PATH HOME=/tmp PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 65532:65532
WORKDIR /results
ENTRYPOINT ["dualstack"]
CMD ["job"]
