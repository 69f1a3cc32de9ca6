#!/bin/bash
# Two small clips for the farm (as tests/farm/make-clips encodes) and one with B-frames for the decoder.
#   make_clips.sh DIR BFRAMES_FILE
set -euo pipefail
dir=$1 bframes=$2
mkdir -p "$dir"
clip() { # name width height pattern
  [ -s "$dir/$1.h264" ] && return
  gst-launch-1.0 -q videotestsrc num-buffers=60 pattern="$4" ! "video/x-raw,width=$2,height=$3,framerate=15/1" \
    ! x264enc speed-preset=superfast tune=zerolatency bframes=0 key-int-max=15 bitrate=500 option-string=scenecut=0:keyint_min=15 \
    ! video/x-h264,profile=constrained-baseline,stream-format=byte-stream,alignment=au ! filesink location="$dir/$1.part"
  mv "$dir/$1.part" "$dir/$1.h264"
}
clip large 1280 720 ball
clip small 640 480 smpte
if [ ! -s "$bframes" ]; then
  gst-launch-1.0 -q videotestsrc num-buffers=60 pattern=white ! video/x-raw,width=800,height=600,framerate=15/1 \
    ! x264enc bframes=3 b-adapt=false key-int-max=30 bitrate=500 \
    ! video/x-h264,profile=high,stream-format=byte-stream,alignment=au ! filesink location="$bframes.part"
  mv "$bframes.part" "$bframes"
fi
