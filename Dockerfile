# The README's Flask example as an image: the binary, one application folder and nothing else.
#   podman build --format docker -t notes . && podman run --rm --read-only -p 8000:8000 notes
# A binary and an application made elsewhere take the place of the first two stages:
#   podman build --build-context binary=build/release --build-context application=FOLDER ...   (FOLDER holds app/)

FROM debian:12 AS binary
COPY . /source
RUN /source/ci/build release && cp /source/build/release/monoceros /

FROM python:3.13-slim AS application
COPY tests/apps/flask_site /app
RUN pip install --no-cache-dir --target /app -r /app/requirements.txt && find /app -name '*.so' -delete

FROM scratch
COPY --from=binary /monoceros /monoceros
COPY --from=application /app /app
WORKDIR /app
USER 65532
# PORT makes the server listen on all addresses. The notes live in memory unless a volume is named instead.
ENV PORT=8000 GUNICORN_CMD_ARGS="--access-logfile -" FLASK_SITE_DATA=/dev/shm/notes
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=2s CMD ["/monoceros", "healthcheck"]
ENTRYPOINT ["/monoceros"]
CMD ["app:app"]
