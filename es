Traceback (most recent call last):
  File "/tmp/lg/shot.py", line 6, in <module>
    url,name=arg.split('=>')
    ^^^^^^^^
ValueError: not enough values to unpack (expected 2, got 1)
