#!/bin/bash
# Two small clips for the farm (as tests/farm/make-clips encodes), and for the looker alone one with a QR code before
# the camera, one in H.265 where x265enc is, and one with B-frames.
#   make_clips.sh FARM_DIR LOOKER_DIR
set -euo pipefail
dir=$1 looks=$2 bframes=$2/bframes.h264
mkdir -p "$dir" "$looks"
clip() { # name width height pattern
  [ -s "$dir/$1.h264" ] && return
  gst-launch-1.0 -q videotestsrc num-buffers=60 pattern="$4" ! "video/x-raw,width=$2,height=$3,framerate=15/1" \
    ! x264enc speed-preset=superfast tune=zerolatency bframes=0 key-int-max=15 bitrate=500 option-string=scenecut=0:keyint_min=15 \
    ! video/x-h264,profile=constrained-baseline,stream-format=byte-stream,alignment=au ! filesink location="$dir/$1.part"
  mv "$dir/$1.part" "$dir/$1.h264"
}
clip large 1280 720 ball
clip small 640 480 smpte
if [ ! -s "$looks/code.h264" ]; then # 180 pixels of 1920x1080, as a badge that is held up
  qrencode -s 4 -o "$looks/code.png" P:07-a
  gst-launch-1.0 -q filesrc location="$looks/code.png" ! pngdec ! videoconvert ! videoscale \
    ! video/x-raw,format=I420,width=180,height=180,pixel-aspect-ratio=1/1 \
    ! videobox left=-1000 right=-740 top=-500 bottom=-400 fill=blue ! imagefreeze num-buffers=3 \
    ! video/x-raw,framerate=15/1 ! x264enc speed-preset=superfast tune=zerolatency bframes=0 key-int-max=1 bitrate=4000 \
    ! video/x-h264,profile=constrained-baseline,stream-format=byte-stream,alignment=au ! filesink location="$looks/code.part"
  rm "$looks/code.png"
  mv "$looks/code.part" "$looks/code.h264"
fi
if [ ! -s "$looks/large.h265" ] && gst-inspect-1.0 --exists x265enc; then
  gst-launch-1.0 -q videotestsrc num-buffers=30 pattern=ball ! video/x-raw,width=1280,height=720,framerate=15/1 \
    ! x265enc speed-preset=ultrafast tune=zerolatency key-int-max=15 bitrate=500 log-level=none \
    ! video/x-h265,stream-format=byte-stream,alignment=au ! filesink location="$looks/large.part"
  mv "$looks/large.part" "$looks/large.h265"
fi
# the farm shows an H.265 clip to whoever asks for it alone
if [ -s "$looks/large.h265" ]; then cp "$looks/large.h265" "$dir/large-h265.h265"; fi
if [ ! -s "$bframes" ]; then
  gst-launch-1.0 -q videotestsrc num-buffers=60 pattern=white ! video/x-raw,width=800,height=600,framerate=15/1 \
    ! x264enc bframes=3 b-adapt=false key-int-max=30 bitrate=500 \
    ! video/x-h264,profile=high,stream-format=byte-stream,alignment=au ! filesink location="$bframes.part"
  mv "$bframes.part" "$bframes"
fi
